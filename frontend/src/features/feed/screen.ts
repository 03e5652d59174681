import { Radio } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "feed",
    title: "Market feed",
    icon: Radio,
    group: "Watch",
    order: 20,
    jump: "f",
    capability: "risk.read",
    load: () => import("./feed-screen"),
  },
];
