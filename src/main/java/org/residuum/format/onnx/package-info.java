/**
 * ONNX models, in and out: a small reader and writer of the protobuf wire format, an importer that
 * folds constants and calls the network builder, and an exporter.
 */
package org.residuum.format.onnx;
