import { LayoutDashboard } from "lucide-react";
import type { ScreenDefinition } from "@/lib/screen";

export const screens: ScreenDefinition[] = [
  {
    path: "dashboard",
    title: "Dashboard",
    icon: LayoutDashboard,
    group: "Watch",
    order: 10,
    jump: "d",
    capability: "risk.read",
    load: () => import("./dashboard-screen"),
  },
];
