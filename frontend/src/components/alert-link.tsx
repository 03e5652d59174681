import type { ReactNode } from "react";
import { Link } from "react-router";
import { useHasScreen } from "@/lib/screen";

interface Props {
  id: number;
  className?: string;
  children: ReactNode;
}

/** Leads to an alert: in these screens where the alert screen is there, else its server-rendered page. */
export function AlertLink({ id, className, children }: Props) {
  const hasPage = useHasScreen("alerts");
  if (!hasPage)
    return (
      <a href={`/alerts/${id}`} className={className}>
        {children}
      </a>
    );
  return (
    <Link to={`/alerts/${id}`} className={className}>
      {children}
    </Link>
  );
}
