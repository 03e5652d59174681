import { ListChecks } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "alerts/rules",
    title: "Alert rules",
    icon: ListChecks,
    group: "Act",
    order: 11,
    capability: "alerts.handle",
    isHidden: true,
    load: () => import("./rules-screen"),
  },
];
