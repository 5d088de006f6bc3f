/** Internal: JPEG pictures, decoded by the JDK from a header that is checked here. */
package org.residuum.data.decode.jpeg;
