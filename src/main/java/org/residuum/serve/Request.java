package org.residuum.serve;

import java.util.concurrent.CompletableFuture;

/** An example that waits for its row of outputs. */
final class Request {
  private final Head head;
  private final Object example;
  private final long submitted;
  private final long ready;
  private final CompletableFuture<float[]> answer = new CompletableFuture<>();

  /**
   * A request that is ready to run.
   *
   * @param example bytes or floats, as the lanes' plans are fed with
   * @param submitted when it was asked for, by {@link System#nanoTime}
   */
  Request(Head head, Object example, long submitted) {
    this.head = head;
    this.example = example;
    this.submitted = submitted;
    this.ready = System.nanoTime();
  }

  Head head() {
    return head;
  }

  /** (H, W, C) or (F), bytes or floats. */
  Object example() {
    return example;
  }

  /** When it was asked for. */
  long submitted() {
    return submitted;
  }

  /** When it was prepared and began to wait. */
  long ready() {
    return ready;
  }

  /** The outputs of the network; done by whoever is first: a lane, a timeout, a cancellation. */
  CompletableFuture<float[]> answer() {
    return answer;
  }
}
