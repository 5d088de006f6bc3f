/**
 * Internal: what training, evaluation and classification share: a network's input and its scores.
 */
package org.residuum.train.loop;
