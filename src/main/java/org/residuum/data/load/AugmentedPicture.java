package org.residuum.data.load;

import org.residuum.data.Picture;

/**
 * A training picture with its random changes, for the eye.
 *
 * @param draw of which example, in which turn
 * @param picture RGB or grey
 */
public record AugmentedPicture(Draw draw, Picture picture) {}
