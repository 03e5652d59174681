import { ChartLine } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "metrics",
    title: "Risk metrics",
    icon: ChartLine,
    group: "Understand",
    order: 10,
    jump: "m",
    capability: "risk.read",
    load: () => import("./metrics-screen"),
  },
];
