package org.residuum;

/**
 * A class and how likely it is.
 *
 * @param index of the class
 * @param probability softmax over the logits
 */
public record Prediction(int index, String label, double probability) {}
