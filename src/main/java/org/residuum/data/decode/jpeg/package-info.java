/** Internal: JPEG pictures, decoded here or by the JDK from a header that is checked here. */
package org.residuum.data.decode.jpeg;
