import { BellOff } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "alerts/silences",
    title: "Silences",
    icon: BellOff,
    group: "Act",
    order: 12,
    capability: "alerts.read",
    isHidden: true,
    load: () => import("./silences-screen"),
  },
];
