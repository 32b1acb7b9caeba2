import { ImageOff } from "lucide-react";
import { type CSSProperties, useState } from "react";
import type { Message, MessageBody } from "../api/answers.js";
import { Button } from "../components/button.js";
import { textLines } from "../mail/text-lines.js";
import styles from "./mail-frame.module.css";
import { allowImagesOf, areImagesAllowed } from "./trusted-senders.js";

interface MailFrameProps {
  readonly message: Message;
  readonly body: MessageBody;
}

/** The mail as its sender laid it out, in a frame that can do nothing; images from elsewhere only when asked for. */
export function MailFrame({ message, body }: MailFrameProps) {
  const { id, fromAddress } = message;
  const [isShown, setShown] = useState(() => areImagesAllowed(fromAddress));
  return (
    <>
      {body.hasRemoteImages && !isShown && (
        <div className={styles.blocked} role="note">
          <ImageOff size={16} aria-hidden />
          <p>Images from elsewhere are not shown: they tell the sender that you read this.</p>
          <div className={styles.choices}>
            <Button onClick={() => setShown(true)}>Show images</Button>
            <Button
              look="quiet"
              onClick={() => {
                allowImagesOf(fromAddress);
                setShown(true);
              }}
            >
              Always from {fromAddress}
            </Button>
          </div>
        </div>
      )}
      <iframe
        key={isShown ? "shown" : "blocked"}
        title="Message text"
        className={styles.frame}
        // How high HTML is nobody can say: no script runs in it.
        style={(body.hasHtml ? {} : { "--lines": textLines(body.text ?? "") }) as CSSProperties}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        src={`/frames/messages/${id}?remote=${isShown ? 1 : 0}`}
      />
    </>
  );
}
