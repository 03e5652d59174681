import { Inbox, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** Why nothing is here, and what would change that. */
  children?: ReactNode;
  icon?: LucideIcon;
}

export function Empty({ title, children, icon: Icon = Inbox }: Props) {
  return (
    <div className="grid justify-items-center gap-1 px-6 py-10 text-center">
      <Icon className="mb-1 size-6 text-muted" aria-hidden="true" />
      <p className="font-semibold">{title}</p>
      {children && <div className="max-w-md text-muted">{children}</div>}
    </div>
  );
}
