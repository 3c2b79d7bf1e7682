Network vgg16 {
  Layer CONV1 { Type: CONV Dimensions { K: 64, C: 3, R: 3, S: 3, Y: 226, X: 226 } }
  Layer CONV2 { Type: CONV Dimensions { K: 64, C: 64, R: 3, S: 3, Y: 226, X: 226 } }
  Layer CONV3 { Type: CONV Dimensions { K: 128, C: 64, R: 3, S: 3, Y: 114, X: 114 } }
  Layer CONV4 { Type: CONV Dimensions { K: 128, C: 128, R: 3, S: 3, Y: 114, X: 114 } }
  Layer CONV5 { Type: CONV Dimensions { K: 256, C: 128, R: 3, S: 3, Y: 58, X: 58 } }
  Layer CONV6 { Type: CONV Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 58, X: 58 } }
  Layer CONV7 { Type: CONV Dimensions { K: 256, C: 256, R: 3, S: 3, Y: 58, X: 58 } }
  Layer CONV8 { Type: CONV Dimensions { K: 512, C: 256, R: 3, S: 3, Y: 30, X: 30 } }
  Layer CONV9 { Type: CONV Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 30, X: 30 } }
  Layer CONV10 { Type: CONV Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 30, X: 30 } }
  Layer CONV11 { Type: CONV Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 16, X: 16 } }
  Layer CONV12 { Type: CONV Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 16, X: 16 } }
  Layer CONV13 { Type: CONV Dimensions { K: 512, C: 512, R: 3, S: 3, Y: 16, X: 16 } }
  Layer FC1 { Type: CONV Dimensions { K: 4096, C: 512, R: 7, S: 7, Y: 7, X: 7 } }
  Layer FC2 { Type: CONV Dimensions { K: 4096, C: 4096, R: 1, S: 1, Y: 1, X: 1 } }
  Layer FC3 { Type: CONV Dimensions { K: 1000, C: 4096, R: 1, S: 1, Y: 1, X: 1 } }
}
