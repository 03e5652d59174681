import { RadioTower } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "source",
    title: "Data source",
    icon: RadioTower,
    group: "Platform",
    order: 10,
    jump: "o",
    capability: "risk.read",
    load: () => import("./source-screen"),
  },
];
