/** Internal: what archives are made of. */
package org.residuum.data.input.archive;
