package org.residuum.train;

/**
 * What one epoch brought.
 *
 * @param epoch from 1
 * @param trainLoss mean over the epoch's batches, each before its update
 * @param trainAccuracy share of the epoch's examples, as augmented, that were classified right
 * @param learningRate of the last step
 * @param imagesPerSecond while training, evaluation apart
 * @param trainSeconds duration, evaluation apart
 * @param test on the test set, with the weights at the end of the epoch
 */
public record EpochResult(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double learningRate,
    double imagesPerSecond,
    double trainSeconds,
    Evaluation test) {}
