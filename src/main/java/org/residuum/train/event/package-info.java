/** Internal: what Flight Recorder is told of a training. */
package org.residuum.train.event;
