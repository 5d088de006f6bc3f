package org.residuum.backend;

/**
 * How long a step of a run took.
 *
 * @param node the network's node that it belongs to, as the plan's network names it
 * @param kernel what ran, in the backend's own words
 */
public record StepTime(String node, String kernel, double seconds) {}
