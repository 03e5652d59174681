import { useRouteError } from "react-router";
import { Problem } from "@/components/ui/problem";

/** A screen that failed, or whose code could not be loaded (the platform was updated): loading the page anew mends both. */
export function ScreenFailure() {
  return <Problem problem={useRouteError()} onRetry={() => location.reload()} />;
}
