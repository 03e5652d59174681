import { sentenceOf } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { type Silence, useEnd } from "../queries";
import { scopeOf } from "../wording";

export function EndDialog({ silence, onClose }: { silence: Silence | null; onClose: () => void }) {
  const end = useEnd();
  if (!silence) return null;
  const close = () => {
    end.reset();
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={close}
      title={`End the silence of ${scopeOf(silence)}`}
      description={`${silence.author} made it: ${silence.reason}. What it withheld of alerts that still fire is told at once.`}
    >
      {end.error && (
        <p role="alert" className="mb-3 text-critical">
          {sentenceOf(end.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Let it go on</Button>
        <Button look="danger" disabled={end.isPending} onClick={() => end.mutate(silence.id, { onSuccess: close })}>
          End it now
        </Button>
      </div>
    </Dialog>
  );
}
