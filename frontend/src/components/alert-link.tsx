import type { ComponentProps } from "react";
import { Link } from "react-router";
import { useHasScreen } from "@/lib/screen";

type Props = Omit<ComponentProps<"a">, "id"> & { id: number };

/** Leads to an alert: in these screens where the alert screen is there, else its server-rendered page. */
export function AlertLink({ id, ...rest }: Props) {
  const hasPage = useHasScreen("alerts");
  if (!hasPage) return <a href={`/alerts/${id}`} {...rest} />;
  return <Link to={`/alerts/${id}`} {...rest} />;
}
