package org.residuum.serve;

/**
 * What a service keeps to.
 *
 * @param batch the most examples that run at once
 * @param maxWaitNanos how long an example waits for others at most, while its device is idle
 * @param queue the most requests that are prepared or wait for a device
 * @param timeoutNanos after which a request is given up; 0 for never
 */
public record Limits(int batch, long maxWaitNanos, int queue, long timeoutNanos) {}
