import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import buttons from "../components/button.module.css";
import backdrops from "../components/sheet.module.css";
import styles from "./compose.module.css";

interface ComposeSheetProps {
  readonly title: string;
  /** Whether what was typed is safe. */
  readonly saved?: string;
  /** What is written in first. */
  readonly initialFocus?: () => HTMLElement | null;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The sheet that a message is written on; all of the page where that is narrow. */
export function ComposeSheet({ title, saved = "", initialFocus, onClose, children }: ComposeSheetProps) {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrops.backdrop} />
        <Dialog.Popup className={styles.sheet} initialFocus={() => initialFocus?.() ?? true} data-sheet>
          <header className={styles.header}>
            <Dialog.Title className={styles.title}>{title}</Dialog.Title>
            <span role="status" className={styles.saved} title={saved}>
              {saved}
            </span>
            <Dialog.Close className={buttons.icon} aria-label="Close">
              <X size={18} aria-hidden />
            </Dialog.Close>
          </header>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
