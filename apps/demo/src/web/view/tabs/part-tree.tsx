import { useQuery } from "@tanstack/react-query";
import type { MessageBody, MessagePart } from "../../api/answers.js";
import { ErrorBox } from "../../components/notice.js";
import { describePart, fileOf } from "../../mail/describe-part.js";
import { structureQuery } from "../../mail/queries.js";
import { attachmentUrl } from "../attachments.js";
import styles from "./part-tree.module.css";

interface PartTreeProps {
  readonly id: number;
  readonly files: MessageBody["attachments"];
}

/** The MIME tree, as lists in lists; what is a file can be saved from there. */
export function PartTree({ id, files }: PartTreeProps) {
  const structure = useQuery(structureQuery(id));
  if (structure.isError) return <ErrorBox error={structure.error} onRetry={() => void structure.refetch()} />;
  if (structure.data === undefined) return <p role="status">Asking the server…</p>;
  const { root, isCut } = structure.data;
  return (
    <>
      <ul className={styles.tree} aria-label="Parts">
        <Part part={root} id={id} files={files} />
      </ul>
      {isCut && <p className={styles.words}>The message is too large: there may be more parts.</p>}
    </>
  );
}

function Part({ part, id, files }: PartTreeProps & { readonly part: MessagePart }) {
  const { path, contentType, filename, children } = part;
  const file = fileOf(part, files);
  const name = file?.safeFilename ?? filename;
  return (
    <li>
      <div className={styles.part}>
        {path !== "" && <span className={styles.path}>{path}</span>}
        <span className={styles.type}>{contentType}</span>
        {file !== undefined ? (
          <a href={attachmentUrl(id, file.part)} download={file.safeFilename}>
            {name}
          </a>
        ) : (
          name !== null && <span>{name}</span>
        )}
        <span className={styles.words}>{describePart(part)}</span>
      </div>
      {children.length > 0 && (
        <ul>
          {children.map((child) => (
            <Part key={child.path} part={child} id={id} files={files} />
          ))}
        </ul>
      )}
    </li>
  );
}
