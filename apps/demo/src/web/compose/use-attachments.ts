import { useEffect, useEffectEvent, useRef, useState } from "react";
import { client, read } from "../api/client.js";
import { explain } from "../api/problem-error.js";
import type { DraftSaver } from "../drafts/draft-saver.js";
import type { DraftFile } from "../drafts/draft-values.js";
import { toFile, uploadFile } from "./upload-file.js";

/** A file on its way to the server. */
export interface Uploading {
  readonly key: number;
  readonly filename: string;
  readonly sizeBytes: number;
  /** From 0 to 1. */
  readonly share: number;
  readonly error: string | undefined;
  stop(): void;
}

/** The larger ones are refused by the server too, but only after they have gone over the network. */
const MAX_BYTES = 25 * 1024 * 1024;
let made = 0;

/** Brings files into a draft: those that somebody chooses, and those of a message that is forwarded. */
export function useAttachments(saver: DraftSaver, files: readonly DraftFile[]) {
  const [uploading, setUploading] = useState<readonly Uploading[]>([]);
  const [failed, setFailed] = useState<ReadonlyMap<string, string>>(new Map());
  const copying = useRef(new Set<string>());
  const patch = (key: number, change: Partial<Uploading>): void =>
    setUploading((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)));
  const edit = (change: (all: readonly DraftFile[]) => DraftFile[]): void =>
    saver.change((values) => ({
      ...values,
      content: { ...values.content, attachments: change(values.content.attachments) },
    }));

  const add = (chosen: readonly File[]): void => {
    for (const file of chosen) {
      made += 1;
      const key = made;
      const aborting = new AbortController();
      const stop = (): void => {
        aborting.abort();
        setUploading((all) => all.filter((one) => one.key !== key));
      };
      const common = { key, filename: file.name, sizeBytes: file.size, share: 0, stop };
      const error = file.size > MAX_BYTES ? "Larger than 25 MB" : undefined;
      setUploading((all) => [...all, { ...common, error }]);
      if (error !== undefined) continue;
      uploadFile(file, (share) => patch(key, { share }), aborting.signal).then(
        (uploaded) => {
          setUploading((all) => all.filter((one) => one.key !== key));
          edit((all) => [...all, uploaded]);
        },
        (reason: unknown) => patch(key, { error: explain(reason).title }),
      );
    }
  };

  const copy = useEffectEvent(async (name: string, { source }: DraftFile): Promise<void> => {
    if (source === undefined) return;
    try {
      const copied = toFile(await read(client.uploads.copy.$post({ json: source })));
      edit((all) => all.map((file) => (nameOfSource(file) === name ? copied : file)));
    } catch (error) {
      setFailed((all) => new Map(all).set(name, explain(error).title));
    }
  });
  useEffect(() => {
    for (const file of files) {
      const name = nameOfSource(file);
      if (name === undefined || copying.current.has(name)) continue;
      copying.current.add(name);
      void copy(name, file);
    }
  }, [files]);

  return {
    uploading,
    add,
    remove: (file: DraftFile): void => edit((all) => all.filter((one) => one !== file)),
    /** Why the file of a forwarded message could not be fetched. */
    errorOf: (file: DraftFile): string | undefined => failed.get(nameOfSource(file) ?? ""),
    /** Nothing is on its way any more. */
    isSettled:
      files.every(({ uploadId }) => uploadId !== undefined) &&
      uploading.every(({ error }) => error !== undefined),
  };
}

function nameOfSource({ source, uploadId }: DraftFile): string | undefined {
  return source === undefined || uploadId !== undefined ? undefined : `${source.messageId} ${source.part}`;
}
