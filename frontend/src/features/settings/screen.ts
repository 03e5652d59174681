import { Settings } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "settings",
    title: "Settings",
    icon: Settings,
    group: "Platform",
    order: 30,
    jump: "s",
    load: () => import("./settings-screen"),
  },
];
