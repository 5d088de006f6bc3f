package org.residuum.format.onnx;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.residuum.TestData;
