import { createContext, type ReactNode, useCallback, useContext, useEffect, useSyncExternalStore } from "react";
import { boot } from "@/api/boot";
import type { StreamState } from "./apply-message";
import { useClock } from "./clock";
import type { ConnectionState } from "./connection";
import { ageMs, isStale, type ShownState, stateNow } from "./freshness";
import type { AlertMessage, ConfigFacts, RiskUpdate } from "./messages";
import { type Overview, overviewOf } from "./overview";
import type { StreamStore, Topic } from "./store";

const StreamContext = createContext<StreamStore | null>(null);

export function StreamProvider({ store, children }: { store: StreamStore; children: ReactNode }) {
  return <StreamContext value={store}>{children}</StreamContext>;
}

export function useStream(): StreamStore {
  const store = useContext(StreamContext);
  if (!store) throw new Error("useStream needs a StreamProvider above it");
  return store;
}

/** Read something of the store and again whenever `topic` changes; `read` must return the same object for the same. */
export function useTopic<T>(topic: Topic, read: (store: StreamStore) => T): T {
  const store = useStream();
  const subscribe = useCallback((listener: () => void) => store.subscribe(topic, listener), [store, topic]);
  return useSyncExternalStore(subscribe, () => read(store));
}

/** One symbol's newest record; re-renders for this symbol only. */
export function useRecord(symbol: string): RiskUpdate | undefined {
  return useTopic(`symbol:${symbol}`, (store) => store.shown.records.get(symbol));
}

export function useRecords(): ReadonlyMap<string, RiskUpdate> {
  return useTopic("records", (store) => store.shown.records);
}

/** Alerts whose episode has not ended, by id. */
export function useOpenEpisodes(): ReadonlyMap<number, AlertMessage> {
  return useTopic("alerts", (store) => store.current.alerts);
}

/** What the stream says of the feed and of itself; the newest, also while paused. */
export function useFeed(): StreamState {
  return useTopic("feed", (store) => store.current);
}

export function useConnection(): { connection: ConnectionState; isSilent: boolean } {
  const connection = useTopic("connection", (store) => store.connection);
  const isSilent = useTopic("connection", (store) => store.isSilent);
  return { connection, isSilent };
}

export function usePaused(): boolean {
  return useTopic("pause", (store) => store.isPaused);
}

/** The thresholds and the patience in force: as the page was served, then as the stream says. */
export function useConfig(): ConfigFacts {
  return useTopic("config", (store) => store.current.config) ?? boot().config;
}

/** The server's clock, once a second. */
export function useServerClock(): number {
  const offsetMs = useTopic("feed", (store) => store.current.offsetMs);
  return useClock() + offsetMs;
}

export interface Freshness {
  state: ShownState;
  ageMs: number;
  /** Grey: not a value of now, or nothing is heard at all. */
  isStale: boolean;
}

/** How old a record is and what may be said of it now; once a second. */
export function useFreshness(record: RiskUpdate | undefined): Freshness | null {
  const nowMs = useServerClock();
  const { connection, isSilent } = useConnection();
  const store = useStream();
  const staleAfterMs = useConfig().stale_after_seconds * 1000;
  if (!record) return null;
  const isCut = isSilent || connection.kind === "ended";
  const state = stateNow(record, store.current, nowMs, staleAfterMs);
  return { state, ageMs: ageMs(record, store.current, nowMs), isStale: isCut || isStale(state) };
}

/** All symbols summed up, at most once per flush and once a second. */
export function useOverview(): Overview {
  useRecords();
  const nowMs = useServerClock();
  const staleAfterMs = useConfig().stale_after_seconds * 1000;
  return overviewOf(useStream().shown, nowMs, staleAfterMs);
}

/** Be told of every alert message, for toasts and for lists that were read by REST. */
export function useAlertMessages(listener: (alert: AlertMessage) => void): void {
  const store = useStream();
  useEffect(() => store.onAlert(listener), [store, listener]);
}
