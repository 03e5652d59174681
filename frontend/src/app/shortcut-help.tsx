import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { activeShortcuts } from "@/lib/shortcuts";

const SHOWN: Record<string, string> = { "ctrl+k": "Ctrl K" };

export function ShortcutHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keys that work here">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2">
        {activeShortcuts().map(({ keys, label }) => (
          <div key={keys} className="contents">
            <dt>
              <Kbd keys={SHOWN[keys] ?? keys} />
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
