import { Target } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "model",
    title: "Model quality",
    icon: Target,
    group: "Understand",
    order: 20,
    jump: "q",
    capability: "risk.read",
    load: () => import("./model-screen"),
  },
];
