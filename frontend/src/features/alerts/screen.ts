import { BellRing } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

const load = () => import("./alerts-screen");
const common = { icon: BellRing, group: "Act", order: 10, capability: "alerts.read", load } as const;

// Two addresses of one screen: with an alert chosen, the list stays as it is.
export const screens: ScreenDefinition[] = [
  { ...common, path: "alerts", title: "Alerts", jump: "a" },
  { ...common, path: "alerts/:id", title: "Alert", isHidden: true },
];
