package org.residuum.train;

/**
 * One step of a training.
 *
 * @param epoch from 1
 * @param step within the epoch, from 1
 * @param steps steps an epoch
 * @param loss mean over the batch
 * @param imagesPerSecond mean over the epoch so far
 */
public record TrainingStep(
    int epoch, int step, int steps, double loss, double learningRate, double imagesPerSecond) {}
