/** Internal: messages in protobuf's wire format. */
package org.residuum.format.protobuf;
