import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import buttons from "../components/button.module.css";
import backdrops from "../components/sheet.module.css";
import styles from "./compose.module.css";

interface ComposeSheetProps {
  readonly title: string;
  /** Whether what was typed is safe. */
  readonly saved?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What is written in first has this attribute: it may be there after the sheet only. */
const BEGIN = "[data-begin]";

/** The sheet that a message is written on; all of the page where that is narrow. */
export function ComposeSheet({ title, saved, onClose, children }: ComposeSheetProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrops.backdrop} />
        <Dialog.Popup
          ref={popup}
          className={styles.sheet}
          initialFocus={() => popup.current?.querySelector<HTMLElement>(BEGIN) ?? true}
          data-sheet
        >
          <header className={styles.header}>
            <Dialog.Title className={styles.title}>{title}</Dialog.Title>
            {saved ?? <span className={styles.saved} />}
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
