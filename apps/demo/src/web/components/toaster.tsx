import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useKeys } from "../keys/use-keys.js";
import styles from "./toaster.module.css";

interface ToastData {
  readonly undo?: () => void;
}

/** Where anything may say something in passing. */
export const toasts = Toast.createToastManager<ToastData>();

/** Says that something was done, for so long as it can be undone: by the button, or by its key. Answers with the id. */
export function addUndoable(title: string, undo: () => void, timeoutMs?: number): string {
  const takeBack = (): void => {
    toasts.close(id);
    undo();
  };
  const id = toasts.add({
    title,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    actionProps: { children: "Undo", onClick: takeBack },
    data: { undo: takeBack },
  });
  return id;
}

/** Shows what was said in passing, with its one action, over everything inside. */
export function Toaster({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={toasts} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <Shown />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Shown() {
  const { toasts: shown } = Toast.useToastManager<ToastData>();
  // The newest comes first.
  useKeys({ undo: () => shown.find(({ data }) => data?.undo !== undefined)?.data?.undo?.() });
  return shown.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles.toast} data-kind={toast.type}>
      <div className={styles.words}>
        <Toast.Title className={styles.title} />
        <Toast.Description className={styles.description} />
      </div>
      <Toast.Action className={styles.action} />
      <Toast.Close className={styles.close} aria-label="Dismiss">
        <X size={16} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ));
}
