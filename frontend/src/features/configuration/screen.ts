import { SlidersHorizontal } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "configuration",
    title: "Configuration",
    icon: SlidersHorizontal,
    group: "Platform",
    order: 20,
    jump: "c",
    capability: "config.write",
    load: () => import("./configuration-screen"),
  },
];
