import { Paperclip, X } from "lucide-react";
import { IconButton } from "../components/button.js";
import type { DraftFile } from "../drafts/draft-values.js";
import { formatSize } from "../mail/format.js";
import styles from "./file-list.module.css";
import type { useAttachments } from "./use-attachments.js";

interface FileListProps {
  readonly files: readonly DraftFile[];
  readonly attachments: ReturnType<typeof useAttachments>;
  /** What the server says about each, by its place. */
  readonly errors: ReadonlyMap<number, string>;
}

/** The files of a draft, and those on their way into it. */
export function FileList({ files, attachments, errors }: FileListProps) {
  const { uploading, remove, errorOf } = attachments;
  if (files.length === 0 && uploading.length === 0) return null;
  return (
    <ul className={styles.files} aria-label="Attachments">
      {files.map((file, index) => {
        const error = errors.get(index) ?? errorOf(file);
        const isFetched = file.uploadId !== undefined;
        return (
          <li
            key={file.uploadId ?? `${file.source?.part}`}
            className={styles.file}
            data-bad={error !== undefined}
          >
            <Paperclip size={14} aria-hidden />
            <span className={styles.name}>{file.filename}</span>
            <span className={styles.size}>
              {error ?? (isFetched ? formatSize(file.sizeBytes) : "Fetching …")}
            </span>
            <IconButton label={`Remove ${file.filename}`} onClick={() => remove(file)}>
              <X size={14} aria-hidden />
            </IconButton>
          </li>
        );
      })}
      {uploading.map(({ key, filename, sizeBytes, share, error, stop }) => (
        <li key={key} className={styles.file} data-bad={error !== undefined}>
          <Paperclip size={14} aria-hidden />
          <span className={styles.name}>{filename}</span>
          {error === undefined ? (
            <progress max={1} value={share} aria-label={`Uploading ${filename}, ${formatSize(sizeBytes)}`} />
          ) : (
            <span className={styles.size} role="alert">
              {error}
            </span>
          )}
          <IconButton label={`Remove ${filename}`} onClick={stop}>
            <X size={14} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
