import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import buttons from "./button.module.css";
import styles from "./sheet.module.css";

interface SheetProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Where it stands: in the middle, or at the left edge as a drawer. */
  readonly place?: "middle" | "left";
  readonly children: ReactNode;
}

/** A dialog over the page; it holds the focus until it is closed. */
export function Sheet({ title, isOpen, onClose, place = "middle", children }: SheetProps) {
  const content = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup
          className={`${styles.sheet} ${styles[place]}`}
          // What it is about comes first, before the way out.
          initialFocus={() => content.current?.querySelector<HTMLElement>("a, button, input") ?? true}
        >
          <header className={styles.header}>
            <Dialog.Title className={styles.title}>{title}</Dialog.Title>
            <Dialog.Close className={buttons.icon} aria-label="Close">
              <X size={18} aria-hidden />
            </Dialog.Close>
          </header>
          <div ref={content} className={styles.content}>
            {children}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
