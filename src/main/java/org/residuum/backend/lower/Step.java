package org.residuum.backend.lower;

/** One thing that a session does when it runs. */
public interface Step {
  /** The node it belongs to. */
  String node();

  /** What it runs, for people. */
  String description();
}
