import { classes } from "@/lib/classes";
import type { Severity } from "@/stream/messages";

/** The colour of a severity as a class of Tailwind's. */
export const SEVERITY_TEXT: Record<Severity, string> = {
  NORMAL: "text-normal",
  LOW: "text-low",
  MEDIUM: "text-medium",
  HIGH: "text-high",
  CRITICAL: "text-critical",
};

const SHAPES: Record<Severity, React.ReactNode> = {
  NORMAL: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2" />,
  LOW: <circle cx="8" cy="8" r="6" fill="currentColor" />,
  MEDIUM: <path d="M8 1l7 7-7 7-7-7z" fill="currentColor" />,
  HIGH: <path d="M8 1.5L15.5 14.5H.5z" fill="currentColor" />,
  CRITICAL: (
    <>
      <path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" fill="currentColor" />
      <path d="M7 4h2v5H7zM7 10.4h2v2H7z" fill="var(--surface)" />
    </>
  ),
};

interface Props {
  severity: Severity;
  /** The shape alone, where the word stands beside it anyway. */
  isBare?: boolean;
  className?: string;
}

/** A severity as shape, word and colour, so that no single one of them has to be seen. */
export function SeverityMark({ severity, isBare = false, className }: Props) {
  return (
    <span className={classes("inline-flex items-center gap-1.5 font-semibold", SEVERITY_TEXT[severity], className)}>
      <svg viewBox="0 0 16 16" className="size-3.5 shrink-0" aria-hidden="true">
        {SHAPES[severity]}
      </svg>
      {isBare ? <span className="sr-only">{severity}</span> : severity}
    </span>
  );
}
