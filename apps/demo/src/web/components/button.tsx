import type { ComponentProps, ReactNode } from "react";
import styles from "./button.module.css";

interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: "main" | "plain" | "danger" | "quiet";
}

/** A button with words on it. */
export function Button({ look = "plain", className, type = "button", ...props }: ButtonProps) {
  return <button type={type} className={`${styles.button} ${styles[look]} ${className ?? ""}`} {...props} />;
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** What it does, for those who do not see the icon, and for those who rest the pointer on it. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A button with an icon alone. */
export function IconButton({ label, className, type = "button", ...props }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`${styles.icon} ${className ?? ""}`}
      {...props}
    />
  );
}
