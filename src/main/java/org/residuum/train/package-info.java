/**
 * Training, evaluation and prediction: loops over a backend's sessions. Nothing here prints;
 * listeners hear of the progress.
 */
package org.residuum.train;
