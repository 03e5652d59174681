import { CandlestickChart } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "symbols/:symbol",
    title: "Symbol",
    icon: CandlestickChart,
    group: "Watch",
    order: 90,
    capability: "risk.read",
    isHidden: true,
    load: () => import("./symbol-screen"),
  },
];
