import { Compass } from "lucide-react";
import { Link } from "react-router";
import { Empty } from "@/components/ui/empty";

export function NotFound() {
  return (
    <Empty title="There is no such screen." icon={Compass}>
      <Link to="/" className="text-accent underline">
        Go to the first one
      </Link>
    </Empty>
  );
}
