/**
 * Reading and writing model files. Each format has a package of its own; what they share is here:
 * the one exception and the notes on a training.
 */
package org.residuum.format;
