/**
 * Labelled examples and the way they reach a network: readers of the usual data sets, decoding and
 * resizing of pictures, augmentation, and a loader that fills batches ahead in other threads.
 * Pictures are 8-bit and channel-last, {@code (H, W, C)}, throughout; batches are floats, {@code
 * (N, H, W, C)}.
 */
package org.residuum.data;
