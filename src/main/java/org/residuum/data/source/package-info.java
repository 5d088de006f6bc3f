/** Where data comes from: folders of pictures, CSV, MNIST, CIFAR, digits and glyphs. */
package org.residuum.data.source;
