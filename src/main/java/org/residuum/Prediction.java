package org.residuum;

/**
 * A class and how likely it is.
 *
 * @param index of the class
 * @param probability softmax over the logits; where a model tells labels that do not exclude each
 *     other, the sigmoid of its own logit
 */
public record Prediction(int index, String label, double probability) {}
