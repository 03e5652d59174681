import { classes } from "@/lib/classes";

const LOOKS: Record<string, { word: string; colour: string }> = {
  simulated: { word: "SIMULATED", colour: "bg-simulated" },
  replay: { word: "REPLAY", colour: "bg-replay" },
  live: { word: "LIVE DATA", colour: "bg-live" },
};

/** Where the numbers come from; impossible to overlook. */
export function SourceBadge({ source }: { source: string | null }) {
  const { word, colour } = LOOKS[source ?? ""] ?? { word: "NO DATA", colour: "bg-muted" };
  return (
    <span className={classes("rounded px-2 py-0.5 text-[11px] font-bold tracking-wider text-page", colour)}>
      {word}
    </span>
  );
}
