import { Text } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./thread.module.css";

/** A part of the side panel under its heading. */
export function PanelSection(props: {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={classes.panelSection} aria-labelledby={id}>
      <div className={classes.panelHead}>
        <Text id={id} component="h2" size="xs" fw={600} c="dimmed">
          {props.title}
        </Text>
        {props.action}
      </div>
      {props.children}
    </section>
  );
}
