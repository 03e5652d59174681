import { FormField } from "@/components/ui/form-field";
import { Select } from "@/components/ui/select";
import { istDay } from "@/lib/format";
import type { Source } from "../api/market";
import { speedLabel, speedsFor } from "../wish";

interface Props {
  source: Source;
  file: string;
  speed: string;
  onChange: (change: { file?: string; speed?: string }) => void;
}

/** Which recording is replayed, and how fast. Recordings that cannot be replayed are named with the reason. */
export function ReplayChoice({ source, file, speed, onChange }: Props) {
  const usable = source.recordings.filter((recording) => recording.problem === null);
  const broken = source.recordings.filter((recording) => recording.problem !== null);
  if (source.recordings_problem) return <p className="text-high">{source.recordings_problem}</p>;
  if (usable.length === 0) return <p className="text-muted">There is no recording here that could be replayed.</p>;
  const files = usable.map((recording) => ({ value: recording.file, label: recordingLabel(recording) }));
  return (
    <div className="grid gap-3 md:grid-cols-2">
      <FormField label="Recording" hint={broken.map(({ file: name, problem }) => `${name}: ${problem}`).join(" ")}>
        {({ id }) => (
          <Select
            id={id}
            value={file}
            choices={files}
            onChange={(next) => onChange({ file: next })}
            className="w-full"
          />
        )}
      </FormField>
      <FormField label="Speed">
        {({ id }) => (
          <Select
            id={id}
            value={speed}
            choices={speedsFor(speed).map((value) => ({ value, label: speedLabel(value) }))}
            onChange={(next) => onChange({ speed: next })}
            className="w-full"
          />
        )}
      </FormField>
    </div>
  );
}

function recordingLabel({ file, day, size_bytes }: Source["recordings"][number]): string {
  const size = `${(size_bytes / 1e6).toFixed(1)} MB`;
  return day ? `${istDay(Date.parse(day))} · ${file} · ${size}` : `${file} · ${size}`;
}
