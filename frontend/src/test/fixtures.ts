import type { Boot } from "@/api/boot";
import type {
  AlertFrame,
  BatchFrame,
  ConfigFrame,
  GapFrame,
  HeartbeatFrame,
  SnapshotFrame,
  SourceFrame,
  UpdateFrame,
} from "@/stream/messages";
import alert from "../../../docs/messages/alert.json";
import config from "../../../docs/messages/config.json";
import gap from "../../../docs/messages/gap.json";
import heartbeat from "../../../docs/messages/heartbeat.json";
import batch from "../../../docs/messages/risk_batch.json";
import liveBatch from "../../../docs/messages/risk_batch-live.json";
import update from "../../../docs/messages/risk_update.json";
import snapshot from "../../../docs/messages/snapshot.json";
import source from "../../../docs/messages/source.json";

/** The examples of docs/messages/, which the server's tests check against what it sends. */
export const FRAMES = {
  alert: alert as AlertFrame,
  config: config as ConfigFrame,
  gap: gap as GapFrame,
  heartbeat: heartbeat as HeartbeatFrame,
  batch: batch as BatchFrame,
  liveBatch: liveBatch as BatchFrame,
  update: update as UpdateFrame,
  snapshot: snapshot as SnapshotFrame,
  source: source as SourceFrame,
};

export const BOOT: Boot = {
  app_name: "Risk Platform",
  csrf_cookie: "csrf-8000",
  user: {
    username: "asha",
    role: "analyst",
    capabilities: ["alerts.handle", "alerts.read", "explain.ask", "risk.read"],
  },
  config: { version: 1, thresholds: [0.3, 0.5, 0.8, 0.9], stale_after_seconds: 60, horizon_minutes: 60 },
  instruments: [
    { symbol: "NIFTY", name: "Nifty 50" },
    { symbol: "M&M", name: "Mahindra & Mahindra" },
  ],
};
