import { Info } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "about",
    title: "About",
    icon: Info,
    group: "Platform",
    order: 40,
    load: () => import("./about-screen"),
  },
];
